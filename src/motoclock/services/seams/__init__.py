"""The true seams, which no service owns: botocore's way out, moto's clock and its parking, `time.sleep` of a cell, HTTP inside."""
