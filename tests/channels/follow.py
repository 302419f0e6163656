"""One look at a channel by python-tuf's client, which knows nothing of Slipway: prints what it sees as JSON."""

import json
import os
import sys

from tuf.api.exceptions import DownloadError, RepositoryError
from tuf.ngclient import Updater

bucket, root, cache, target = sys.argv[1:]
os.makedirs(os.path.join(cache, "targets"), exist_ok=True)
try:
    with open(root, "rb") as file:
        bootstrap = file.read()
    updater = Updater(
        metadata_dir=cache,
        metadata_base_url=bucket + "tuf/",
        target_dir=os.path.join(cache, "targets"),
        target_base_url=bucket,
        bootstrap=bootstrap,
    )
    info = updater.get_targetinfo(target)
    if info is None:
        print(json.dumps({"found": None}))
    else:
        with open(updater.download_target(info), "rb") as file:
            entry = json.load(file)
        seen = f"{entry['current']['version']} #{entry['serial']}"
        print(json.dumps({"found": seen, "root": updater._trusted_set.root.version}))
except (DownloadError, RepositoryError) as error:
    print(json.dumps({"refused": type(error).__name__, "says": str(error)}))
