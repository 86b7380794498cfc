from __future__ import annotations

import pytest

from mailbox.domain.devices import Device

_HAND, _DESK = "in the hand", "on a desk"
_ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
_WEBKIT = f"{_WINDOWS} AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("text", "kind", "browser"),
    [
        (f"{_WINDOWS.removesuffix(')')}; rv:140.0) Gecko/20100101 Firefox/140.0", _DESK, "Firefox"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", _HAND, "Firefox"),
        (f"{_IPHONE} FxiOS/140.0 Mobile/15E148 Safari/605.1.15", _HAND, "Firefox"),
        (f"{_WEBKIT} Chrome/140.0.0.0 Safari/537.36", _DESK, "Chrome"),
        (f"{_ANDROID} Chrome/140.0.0.0 Mobile Safari/537.36", _HAND, "Chrome"),
        (f"{_IPHONE} CriOS/140.0.0.0 Mobile/15E148 Safari/604.1", _HAND, "Chrome"),
        (f"{_WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", _DESK, "Edge"),
        (f"{_ANDROID} Chrome/140.0.0.0 Mobile Safari/537.36 EdgA/140.0.0.0", _HAND, "Edge"),
        (f"{_WEBKIT} Chrome/140.0.0.0 Safari/537.36 OPR/120.0.0.0", _DESK, "Opera"),
        (f"{_ANDROID} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", _HAND, "Samsung Internet"),
        (f"{_IPHONE} Version/18.5 Mobile/15E148 Safari/604.1", _HAND, "Safari"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15", _DESK, "Safari"),
        ("curl/8.5.0", _DESK, ""),
        ("ChromeFirefox", _DESK, ""),
    ],
)
def test_a_device_is_known_by_its_kind_and_its_browser(text: str, kind: str, browser: str) -> None:
    assert Device.of_user_agent(text) == Device(handheld=kind == _HAND, browser=browser)


@pytest.mark.parametrize("text", ["", "  "])
def test_a_browser_that_says_nothing_is_no_device(text: str) -> None:
    assert Device.of_user_agent(text) is None


def test_nothing_else_that_a_browser_says_is_kept() -> None:
    assert Device.of_user_agent("<b>Jan</b> 999990019 Firefox/1") == Device(handheld=False, browser="Firefox")
