"""Encodings: told from marks and bytes with the evidence, and refused where nothing fits."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import SourceBinary, SourceEmpty, SourceError, SourceMissing, WrongEncoding
from ingest.text import find_encoding, lines

KOREAN = (
    "번호,이름,설명\n"
    "1,김장,겨울을 나기 위해 김치를 함께 담그는 일이다.\n"
    "2,비빔밥,밥에 여러 나물과 고추장을 넣어 비벼 먹는다.\n"
)
JAPANESE = (
    "番号,名前,説明\n"
    "1,キムジャン,冬のためにキムチをみんなで漬けることです。\n"
    "2,ビビンバ,ご飯にナムルをのせて混ぜて食べます。\n"
)
SIMPLIFIED = "编号,名称,说明\n1,泡菜,冬天大家一起腌制的蔬菜。\n2,拌饭,在米饭上放各种蔬菜和辣椒酱拌着吃。\n"
TRADITIONAL = "編號,名稱,說明\n1,泡菜,冬天大家一起醃製的蔬菜。\n2,拌飯,在米飯上放各種蔬菜和辣椒醬拌著吃。\n"
FRENCH = "nom,pays\nCafé de Séoul,Corée\nForêt d’Aceh,Indonésie\nÎle à thé,Viêt Nam\n"
GERMAN = "name;land\nStraße der Köche;Österreich\nMünchner Fächer;Süden\n"
POLISH = "nazwa,kraj\nŁódź,Polska\nDom nad Wisłą w Gdańsku,Polska\nŚwięta z książką,Polska\n"
TURKISH = "ad,ülke\nİstanbul Boğazı,Türkiye\nŞiş kebap,Türkiye\nçay ve ışık,Türkiye\n"
RUSSIAN = "имя,страна\nПосольство в Джакарте,Индонезия\nКонсульство в Сеуле,Республика Корея\n"
ARABIC = "الاسم,البلد\nسفارة إندونيسيا,مصر\nسفارة كوريا الجنوبية,الأردن\n"
THAI = "ชื่อ,คำอธิบาย\nต้มยำกุ้ง,ซุปรสเผ็ดเปรี้ยวของไทยที่ทำจากกุ้ง\nข้าวผัด,ข้าวผัดกับไข่และผัก\n"


@pytest.mark.parametrize(
    ("text", "written", "read"),
    [
        (KOREAN, "cp949", "cp949"),
        (KOREAN, "euc_kr", "cp949"),
        (JAPANESE, "shift_jis", "cp932"),
        (JAPANESE, "euc_jp", "euc_jp"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (FRENCH, "cp1252", "cp1252"),
        (FRENCH.replace("’", "'"), "iso8859-15", "cp1252"),
        (FRENCH.replace("’", "'"), "mac_roman", "mac_roman"),
        (GERMAN, "cp1252", "cp1252"),
        (POLISH, "cp1250", "cp1250"),
        (POLISH, "iso8859-2", "iso8859_2"),
        (TURKISH, "cp1254", "cp1254"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8_r", "koi8_r"),
        (ARABIC, "cp1256", "cp1256"),
        (THAI, "tis_620", "cp874"),
    ],
)
def test_a_legacy_encoding_is_told_from_its_letters(file, text, written, read):
    path = file("table.csv", text, written)

    found = find_encoding(path)

    assert found.name == read
    assert found.because.startswith("it is not UTF-8 (line ")
    assert "".join(lines(path, found)) == text


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-8"])
def test_every_unicode_encoding_is_read_with_and_without_a_mark(file, codec):
    text = "id,name\n1,Kimjang 김장\n2,Slow food — comida lenta\n" * 5
    path = file("table.csv", text, codec)

    assert "".join(lines(path, find_encoding(path))) == text


def test_the_evidence_names_the_mark(file):
    path = file("table.csv", codecs.BOM_UTF8 + b"id,name\n")

    assert find_encoding(path).because == "the file begins with the byte-order mark of UTF-8"


def test_a_stated_encoding_is_not_guessed(file):
    path = file("table.csv", "name\nCafé\n", "cp1252")

    assert find_encoding(path, "cp1252").because == "it was stated"
    with pytest.raises(WrongEncoding) as caught:
        find_encoding(path, "utf-8")
    assert (caught.value.line, caught.value.byte) == (2, 8)


def test_an_unknown_encoding_is_refused_by_name(file):
    with pytest.raises(SourceError, match='There is no encoding "klingon"'):
        find_encoding(file("table.csv", "a,b\n"), "klingon")


def test_damaged_utf8_is_not_taken_for_another_encoding(file):
    path = file("table.csv", KOREAN.encode() + b"3,broken \xff cell,x\n" + KOREAN.encode())

    with pytest.raises(WrongEncoding) as caught:
        find_encoding(path)

    assert str(caught.value) == (
        f"table.csv:4: byte 0xff at offset {len(KOREAN.encode()) + 9} is not utf-8. "
        "Save the file as UTF-8, or name its encoding with --encoding."
    )


def test_utf8_cut_in_the_midst_of_a_character_is_refused_at_its_last_line(file):
    path = file("table.csv", KOREAN.encode()[:-3])

    with pytest.raises(WrongEncoding) as caught:
        find_encoding(path)
    assert caught.value.line == 3


def test_what_is_not_there_or_a_folder_is_said(tmp_path):
    with pytest.raises(SourceMissing, match=r"nowhere\.csv: There is no such file\. Check the name and the folder\."):
        find_encoding(tmp_path / "nowhere.csv")
    with pytest.raises(SourceMissing, match=r"This is a folder\. Name a file in it\."):
        find_encoding(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\n \n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_an_empty_file_is_said(file, content):
    with pytest.raises(SourceEmpty, match=r"The file is empty\. Export it again\."):
        find_encoding(file("table.csv", content))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "a PNG picture"),
        (b"PK\x03\x04" + bytes(40), "a ZIP archive, as Excel workbooks are"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (bytes(range(256)) * 4, "zero or control bytes"),
    ],
)
def test_a_binary_file_is_refused_with_what_it_is(file, content, what):
    with pytest.raises(SourceBinary, match=what):
        find_encoding(file("table.csv", content))


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip))
def test_any_text_in_utf8_comes_back(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("text") / "text.csv"
    path.write_bytes(("id,text\n1," + text + "\n").encode())

    assert "".join(lines(path, find_encoding(path))) == f"id,text\n1,{text}\n"
