"""A child process that decodes, segments and recognises, and the client that speaks to it.

sherpa-onnx ends its process on many kinds of bad model and keeps its memory, and codecs can
crash on untrusted files. In a child of its own each of these is one failed job.
"""
