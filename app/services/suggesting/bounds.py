"""How many decisions are learned from; apart, for numpy is loaded only where something is learned."""

# The newest: the work grows with their cube, and a message is to take no more than 5 ms.
MOST_LEARNED = 5_000
FEWEST_LEARNED = 30
