"""cur-desk: the workstation of a curator in a regional government centre (ЦУР)."""
