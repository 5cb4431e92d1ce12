"""Speech in, text out. The only room that imports sherpa_onnx; only the worker enters it."""
