"""Annotators simulated after published protocols, against known truth: what a mask costs, and what helps.

They look at a mask as a person does, click, scribble, paint or trace, and stop at *good* (`models.metrics.good`).
Places are (x, y) in pixels from the frame's top left corner: the middle of the first pixel is (0.5, 0.5). Nothing is
loaded with the package.
"""
