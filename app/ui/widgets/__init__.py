"""Building blocks that know nothing of the desk: plain data and finished words in, signals out."""
