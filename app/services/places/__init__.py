"""Places: what a text names (street, house, settlement, district) and which entry of the region's register it is."""
