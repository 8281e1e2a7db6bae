"""Readers of invented hospitals, built once."""

import pytest

from core.understanding.read import Reader
from core.understanding.vocabulary import Lexicons
from storage.lexicons import read_lexicons
from tests.core.understanding.wards import WARDS


@pytest.fixture(scope="session")
def lexicons() -> Lexicons:
    return read_lexicons()


@pytest.fixture(scope="session")
def reader(lexicons: Lexicons) -> Reader:
    return Reader(lexicons, WARDS)
