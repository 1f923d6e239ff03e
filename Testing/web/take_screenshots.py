"""Take the README's pictures again from a running panel, so that they show what is there.

rnassess demo --no-browser &                     # or rnassess view CASE --port P --no-browser
python Testing/web/take_screenshots.py http://127.0.0.1:8080 Resources/Screenshots \
    --report rnassess-demo/report.html
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from browser import Page

SIZE, PAPER = (1600, 900), (1100, 1720)


def choose(page: Page, item: str) -> None:
    """Go to an item on the checklist; its evidence lights up."""
    page.press("2")
    page.click(f"#item-{item}")
    page.settle()


def take(page: Page, folder: Path, name: str) -> None:
    page.settle()
    page.driver.save_screenshot(str(folder / f"{name}.png"))


def take_all(page: Page, folder: Path) -> None:
    page.wait_for_views()
    choose(page, "cross_boundary")
    take(page, folder, "panel")
    for key, name in (("d", "reading-difference"), ("g", "reading-growth"),
                      ("G", "reading-overlay")):  # fmt: skip
        page.press(key)
        take(page, folder, name)
        if key == "d":
            page.press("i")  # the finer lines of the next two stand alone
    page.press("i")
    choose(page, "central_diffusion_restriction")
    take(page, folder, "panel-diffusion")
    for key, name in (("3", "panel-dose"), ("4", "panel-course"), ("5", "panel-correct"),
                      ("A", "panel-align")):  # fmt: skip
        page.press(key)
        take(page, folder, name)


def take_report(page: Page, folder: Path, report: Path) -> None:
    """The upper part of report.html, as a browser shows it."""
    page.resize(PAPER)
    page.driver.get(report.resolve().as_uri())
    page.driver.save_screenshot(str(folder / "report.png"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--report", type=Path, help="report.html of the same case")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as profile:
        page = Page(args.url, Path(profile), SIZE)
        try:
            take_all(page, args.folder)
            if args.report:
                take_report(page, args.folder, args.report)
        finally:
            page.close()


if __name__ == "__main__":
    main()
