"""The generator of sample exports, customers and recorded calls; all fictional and marked DEMO."""

from callrisk.sample.generator import Sample, SampleError, generate
from callrisk.sample.output_files import write

__all__ = ["Sample", "SampleError", "generate", "write"]
