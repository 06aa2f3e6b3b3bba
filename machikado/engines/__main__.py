"""`python -m machikado.engines`: compile all kernels, as `make install` does."""

from machikado.engines import compiled

if __name__ == "__main__":
    compiled.warm_all()
    compiled.forget_old()
