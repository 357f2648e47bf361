"""The parts of a date in the patterns of addresses, by their names."""

from datetime import datetime


def find_parts(moment: datetime) -> dict[str, str]:
    """Jekyll's, Hexo's and Hugo's."""
    return {
        "year": f"{moment:%Y}",
        "short_year": f"{moment:%y}",
        "month": f"{moment:%m}",
        "i_month": str(moment.month),
        "day": f"{moment:%d}",
        "i_day": str(moment.day),
        "y_day": f"{moment:%j}",
        "hour": f"{moment:%H}",
        "minute": f"{moment:%M}",
        "second": f"{moment:%S}",
        "short_month": f"{moment:%b}",
        "long_month": f"{moment:%B}",
        "short_day": f"{moment:%a}",
        "long_day": f"{moment:%A}",
        "week": f"{moment:%V}",
        "w_year": f"{moment:%G}",
        "w_day": f"{moment:%u}",
    }


def find_hugo_parts(moment: datetime) -> dict[str, str]:
    """Hugo's own."""
    return {
        "monthname": f"{moment:%B}".lower(),
        "weekday": str(int(f"{moment:%w}")),
        "weekdayname": f"{moment:%A}".lower(),
        "yearday": str(int(f"{moment:%j}")),
        # Go's own way to write a date.
        "2006": f"{moment:%Y}",
        "01": f"{moment:%m}",
        "1": str(moment.month),
        "02": f"{moment:%d}",
        "2": str(moment.day),
    }
