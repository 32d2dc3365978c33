"""Arabic: marks off, letters that writers mix up made one, and a light stem."""

import re
from functools import lru_cache

_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_LETTERS = str.maketrans("أإآٱىةؤئکی", "ااااي" + "هويكي")
_PREFIX = re.compile("^(?:و?(?:ال|بال|كال|فال|لل)|و(?=....))")
_SUFFIX = re.compile("(?:ات|ان|ين|ون|يه|ها|هم|نا|ه|ي)$")
_LEAST = 3

#: Grammar, as people write it: beside other words it says nothing of what is looked for.
FUNCTION_WORDS = frozenset("في من على إلى الى عن مع بين أو او ثم هذا هذه ذلك تلك التي الذي الذين كيف".split())  # noqa: SIM905

#: Plurals made inside the word, which no ending tells, each before its singular; both as `normalise` leaves them.
_PLURALS = """
    متاحف متحف  مدن مدينه  حروف حرف  فنون فن  صور صوره  افلام فيلم  اغاني اغنيه  اغان اغنيه  قصور قصر  اسواق سوق
    معابد معبد  جزر جزيره  مطاعم مطعم  اطباق طبق  كتب كتاب  مسارح مسرح  عروض عرض  دول دوله  شعوب شعب  طلاب طالب
    مدارس مدرسه  معارض معرض  تقاليد تقليد  اعياد عيد  حرف حرفه  اقمشه قماش  مشاريع مشروع  اسعار سعر  اطفال طفل
    قري قريه  شواطي شاطي  جبال جبل  انهار نهر  توابل تابل  مسلسلات مسلسل  ازياء زي  ملابس لباس  اعمال عمل
    منتجات منتج  بضايع بضاعه  مواقع موقع  بيوت بيت  ابواب باب  اصوات صوت  الوان لون  رسوم رسم  نجوم نجم  قصص قصه
    اساطير اسطوره  سفراء سفير  وزراء وزير  علاقات علاقه  مهرجانات مهرجان  شركاء شريك  عمال عامل
    مزارع مزرعه  حدايق حديقه  طرق طريق  رحلات رحله  مطابخ مطبخ  وصفات وصفه  اكلات اكله  مشروبات مشروب
"""
_WORDS = _PLURALS.split()
_SINGULARS: dict[str, str] = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))


def normalise(word: str) -> str:
    """The word without vowel marks, with one alef, one yeh and one heh."""
    return _MARKS.sub("", word).translate(_LETTERS)


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A normalised word without article, conjunction and one ending; at least three letters stay."""
    body = _PREFIX.sub("", word, count=1)
    body = body if len(body) >= _LEAST else word
    body = _SINGULARS.get(body, body)
    bare = _SUFFIX.sub("", body, count=1)
    return bare if len(bare) >= _LEAST else body
