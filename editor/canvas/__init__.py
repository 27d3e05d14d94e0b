"""The canvas: a projection of the document, painted in batches."""
