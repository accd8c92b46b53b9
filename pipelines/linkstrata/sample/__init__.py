"""A synthetic member: a made-up life whose truth is known, written as the files that LinkedIn would hand out.

For the `sample` command, the tests and the benchmarks. Everybody in here is invented. Nothing of it is read by the
pipeline, and it uses none of the pipeline's own code, so that the two can be held against each other.
"""

from linkstrata.sample.samples import write_sample

__all__ = ["write_sample"]
