"""The writer of official documents (公文): values in, a PDF in the GB/T 9704-2012 layout out."""
