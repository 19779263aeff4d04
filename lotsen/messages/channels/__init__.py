"""One small class per way that a message can travel. Each has `send` and, where there is somebody to ask, `find`."""
