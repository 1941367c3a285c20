"""How good a network is where truth is known: `python -m models.evaluate`.

Nothing heavy is loaded with the package.
"""
