#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Follows the links of all pages (README.md, CHANGELOG.md, CONTRIBUTING.md, packaging, docs/**/*.md, examples/**/*.md), and of a built
site if one is given: a file or a heading that is not there is an error. Addresses of other sites are not asked.
"""
import argparse
import html.parser
import re
import sys
import tempfile
import urllib.parse
from pathlib import Path

import tooling


def pages(root):
    """The Markdown files that become pages of the site."""
    front = [root / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "packaging/README.md")]
    return [path for path in [*front, *sorted((root / "docs").rglob("*.md"))] if path.exists()]


def slug(heading, used):
    """The name that a heading has in links, as code hosts make it; `used` counts what a page already has."""
    text = re.sub(r"[`*]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)).strip().lower()
    name = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
    used[name] = used.get(name, -1) + 1
    return name if used[name] == 0 else f"{name}-{used[name]}"


def flat(name):
    return re.sub(r"\W", "_", name)


def site_name(root, path):
    """The name of a page within the site."""
    return "page_" + flat(path.relative_to(root).with_suffix("").as_posix().lower())


def text_lines(text):
    """(number, line) outside of blocks of code, without code spans."""
    fence = None
    for number, line in enumerate(text.splitlines(), 1):
        mark = re.match(r"^\s*(```+|~~~+)", line)
        if mark and fence is None:
            fence = mark.group(1)
        elif fence is not None:
            if line.strip() == fence:
                fence = None
        else:
            yield number, line


def headings(text):
    used = {}
    return {slug(match.group(1), used) for _, line in text_lines(text) if (match := re.match(r"^#+\s+(.*?)\s*#*$", line))}


def markdown_complaints(root, files):
    complaints = []
    for path in files:
        for number, line in text_lines(path.read_text()):
            for match in re.finditer(r"\[(?:[^\]`]|`[^`]*`)*\]\(([^)\s]+)\)", re.sub(r"(?<!\[)`[^`]*`(?!\])", "``", line)):
                target, _, anchor = urllib.parse.unquote(match.group(1)).partition("#")
                if re.match(r"[a-z]+:", match.group(1)):
                    continue
                goal = (path.parent / target).resolve() if target else path
                where = f"{path.relative_to(root)}:{number}"
                if not goal.exists():
                    complaints.append(f"{where}: there is no {match.group(1)}")
                elif anchor and (goal.suffix != ".md" or anchor not in headings(goal.read_text())):
                    complaints.append(f"{where}: {target or path.name} has no heading #{anchor}")
    return complaints


class Document(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.targets, self.names = [], set()

    def handle_starttag(self, tag, attributes):
        for key, value in attributes:
            if key in ("id", "name") and value:
                self.names.add(value)
            if (key == "href" and tag in ("a", "link") or key == "src") and value:
                self.targets.append((self.getpos()[0], value))


def site_complaints(site):
    documents = {}
    for path in sorted(site.rglob("*.html")):
        documents[path] = document = Document()
        document.feed(path.read_text(errors="replace"))
    complaints = []
    for path, document in documents.items():
        for line, value in document.targets:
            address = urllib.parse.urlsplit(value)
            if address.scheme or address.netloc:
                continue
            goal = (path.parent / urllib.parse.unquote(address.path)).resolve() if address.path else path
            where = f"{path.relative_to(site)}:{line}"
            if not goal.exists():
                complaints.append(f"{where}: there is no {value}")
            elif address.fragment and goal in documents and urllib.parse.unquote(address.fragment) not in documents[goal].names:
                complaints.append(f"{where}: nothing is called {value}")
    return len(documents), complaints


def self_test():
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        (root / "docs").mkdir()
        (root / "docs" / "a.md").write_text("# A `b` c\n## Two words\n## Two words\n")
        cases = [("[x](docs/a.md#a-b-c) [y](docs/a.md#two-words-1) [z](https://example.org/none)\n", 0),
                 ("```text\n[x](nowhere)\n```\n`[x](nowhere)`\n", 0), ("# Here\n[`x`](#here)\n", 0),
                 ("[x](docs/b.md)\n", 1), ("[x](docs/a.md#two)\n[x](#here)\n", 2), ("[`x`](nowhere)\n", 1)]
        failed = 0
        for text, expected in cases:
            (root / "README.md").write_text(text)
            failed += len(markdown_complaints(root, pages(root))) != expected
        (root / "site").mkdir()
        (root / "site" / "a.html").write_text('<a id="x" href="b.html#y"></a><a href="#x"></a><img src="none.png"/>')
        (root / "site" / "b.html").write_text('<a href="a.html#x"></a>')
        failed += site_complaints(root / "site") != (2, ["a.html:1: nothing is called b.html#y", "a.html:1: there is no none.png"])
    print(f"self-test: {len(cases) + 1 - failed} passed, {failed} failed")
    return failed == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", type=Path, help="the folder of a built site, to be checked instead of the pages")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        sys.exit(0 if self_test() else 1)
    root = tooling.ROOT
    if options.site:
        count, complaints = site_complaints(options.site.resolve())
    else:
        files = [*pages(root), *sorted((root / "examples").rglob("*.md"))]
        count, complaints = len(files), markdown_complaints(root, files)
    if complaints:
        tooling.fail("\n".join(complaints))
    print(f"{count} pages: every link leads somewhere")


if __name__ == "__main__":
    main()
