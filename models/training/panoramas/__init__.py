"""Plates out of panoramas: rooms and landscapes all round, of which many pictures can be taken."""
