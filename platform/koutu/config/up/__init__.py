"""`manage.py up`: the whole of Koutu as one process tree on one machine, on SQLite and a folder as broker."""
