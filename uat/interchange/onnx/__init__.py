"""ONNX, the exchange format of most programs."""
