"""The table of readings: there without the package that ships it."""

import subprocess
import sys

from core.understanding.syllables import initials, near_sound, sound

ASKS = (
    "import sys; from core.understanding.syllables import initials;"
    " assert initials('呼吸内科') == 'hxnk';"
    " assert 'pypinyin' not in sys.modules"
)


def test_the_phrases_of_the_package_are_never_loaded() -> None:
    subprocess.run([sys.executable, "-c", ASKS], check=True)


def test_homophones_sound_alike_and_accents_nearly() -> None:
    assert sound("扫苗枪") == sound("扫描枪")
    assert sound("神内") == sound("肾内")
    assert sound("南") != sound("蓝")
    assert near_sound("南") == near_sound("蓝")


def test_letters_that_have_no_reading_stay() -> None:
    assert initials("B超室3") == "Bcs3"
    assert sound("his 3") == "his 3"
