"""The outbox (п. 14): approved answers on their way into networks, by a ladder of ways, none sent twice.

In place by the network's interface; else on the agency's own page with a mention and a link; else a person places it
and the program helps.
"""
