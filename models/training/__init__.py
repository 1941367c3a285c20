"""Making models from data: what they are shown, and how they learn.

Nothing heavy is loaded with the package.
"""
