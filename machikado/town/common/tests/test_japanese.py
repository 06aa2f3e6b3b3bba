"""Two ways to write one name or one address have one key."""

import jaconv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikado.town.common.japanese import address_key, kana, kanji_number, search_key

JAPANESE = st.text(
    alphabet="塩尻大門広丘一二三十百千番町丁目地号字のノヶケが髙邉澤々ーｼﾞｼじジっツ0４-－～ 　〒県市A", max_size=25
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("渡邉", "渡辺"),
        ("渡邊", "渡辺"),
        ("小澤", "小沢"),
        ("濵田", "浜田"),
        ("𠮷田", "吉田"),
        ("佐々木", "佐佐木"),
        ("シオジリ", "しおじり"),
        ("ｼｵｼﾞﾘ", "しおじり"),
        ("しおじり駅", "シオジリ 駅"),
        ("コーヒー", "こひ"),
        ("きっさてん", "キツサテン"),
        ("ＡＢＣホール", "abcほーる"),
        ("つづら", "ツズラ"),
        ("桔梗ヶ原", "桔梗ケ原"),
        ("桔梗が原", "桔梗ヶ原"),
        ("えんぱーく（市民交流センター）", "えんぱーく市民交流センター"),
    ],
)
def test_names_that_mean_the_same_have_one_key(one, other):
    assert search_key(one) == search_key(other)


@pytest.mark.parametrize(("one", "other"), [("塩尻", "塩山"), ("かき", "かぎ"), ("大門", "大問"), ("1", "2")])
def test_names_that_differ_keep_different_keys(one, other):
    assert search_key(one) != search_key(other)


@pytest.mark.parametrize(
    "other",
    [
        "塩尻市大門七番町４番３号",
        "長野県塩尻市大門七番町4-3",
        "〒399-0736 長野県塩尻市大字大門七番町４－３",
        "塩尻市 大門 7番町 4の3",
        "塩尻市大門七番町四番三号",
        "塩尻市大門七番町四の三",
        "塩尻市大門七番町4番地3",
        "塩尻市大門七番町4番地の3",
        "塩尻市大字大門七番町4‐3",
        "塩尻市大門七番町4ー3",
        "塩尻市大門七番町4―3",
    ],
)
def test_ways_to_write_one_address_have_one_key(other):
    assert address_key(other) == "塩尻市大門7番町4-3"


def test_addresses_worked_by_hand():
    assert address_key("東京都千代田区霞が関一丁目二番三号") == "千代田区霞け関1-2-3"
    assert address_key("塩尻市大字広丘吉田字中原二十四番地の一") == "塩尻市広丘吉田中原24-1"
    assert address_key("塩尻市三才山百二番地") == "塩尻市三才山102"
    assert address_key("八王子市千人町二〇五番") == "八王子市千人町205"
    assert address_key("十文字町3丁目") == "十文字町3"


def test_numbers_do_not_run_together():
    assert address_key("大門1番11号") != address_key("大門11番1号")
    assert address_key("大門1-11") != address_key("大門11-1")
    assert address_key("大門111") != address_key("大門11-1")


@pytest.mark.parametrize(
    ("text", "value"), [("一", 1), ("十", 10), ("二十四", 24), ("百七", 107), ("二〇五", 205), ("千二百三十", 1230)]
)
def test_kanji_numbers(text, value):
    assert kanji_number(text) == value


def test_a_reading_is_kept_as_full_width_katakana():
    assert kana(" しおじり　ｴｷ ") == "シオジリ エキ"


@given(st.text(max_size=30) | JAPANESE)
def test_a_key_of_a_key_is_itself(text):
    assert search_key(search_key(text)) == search_key(text)
    assert address_key(address_key(text)) == address_key(text)


@given(JAPANESE)
def test_width_case_and_blanks_never_matter(text):
    assert search_key(jaconv.h2z(text, ascii=True, digit=True)) == search_key(text)
    assert search_key(f" {text.lower()}　") == search_key(text)


@given(st.integers(1, 9999), st.integers(1, 999))
def test_every_way_to_write_a_lot_is_one(block, lot):
    ways = {
        f"大門{block}番{lot}号",
        f"大門{block}-{lot}",
        f"大門{block}番地{lot}",
        f"大字大門{block}の{lot}",
        f"大門{block}番地の{lot}",
    }
    assert {address_key(way) for way in ways} == {f"大門{block}-{lot}"}
