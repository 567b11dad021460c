"""The generator of sample exports, customers and recorded calls: plainly fictional, marked DEMO."""

from callrisk.sample.sample import Sample, SampleError, generate
from callrisk.sample.writing import write

__all__ = ["Sample", "SampleError", "generate", "write"]
