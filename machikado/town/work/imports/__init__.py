"""Readers of what a coordinator uploads: tables and folders of images. They decide nothing and write nothing."""
