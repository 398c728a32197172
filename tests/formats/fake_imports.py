"""Stands in for the libraries that pgmpy imports, but that its readers and writers never call."""

import importlib.abc
import importlib.machinery
import sys
import types


class _Nothing(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return cls


class _Fake(metaclass=_Nothing):
    def __init__(self, *args, **kwargs):
        pass

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Fake

    def __call__(self, *args, **kwargs):
        return _Fake()


class _Module(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Fake


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    names = {"torch", "sklearn", "statsmodels", "xgboost", "google"}

    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in self.names:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        module = _Module(spec.name)
        module.__path__ = []
        return module

    def exec_module(self, module):
        pass


sys.meta_path.insert(0, _Finder())
