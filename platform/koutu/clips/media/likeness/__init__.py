"""What a clip looks like over time, kept small, and clips that show the same moments.

Fingerprints are made while a clip is read, candidates found among thousands of them, and each candidate matched in
time and place. Only `fingerprint` looks at pictures.
"""
