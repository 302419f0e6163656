"""Prints what python-debian reads in the copyright file that is the argument, as JSON; a warning is an error."""

import json
import logging
import sys
import warnings

from debian.copyright import Copyright

warnings.simplefilter("error")


class Refuse(logging.Handler):
    def emit(self, record):
        raise ValueError(record.getMessage())


logging.getLogger().addHandler(Refuse())

with open(sys.argv[1], encoding="utf-8") as file:
    document = Copyright(file, strict=True)


def answer(path):
    found = document.find_files_paragraph(path)
    return {"copyright": [line.strip() for line in found.copyright.split("\n")], "license": found.license.synopsis}


print(
    json.dumps(
        {
            "name": document.header.upstream_name,
            "files": {path: answer(path) for path in sys.argv[2:]},
            "texts": {it.license.synopsis: it.license.text for it in document.all_license_paragraphs()},
        }
    )
)
