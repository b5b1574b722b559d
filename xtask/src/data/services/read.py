"""Prints, as JSON, how botocore spells the services it has models of.

Only the models that came with the package are read: a developer's own ones are no part of a table that
everybody shares.
"""

import json
import sys

from botocore.loaders import Loader

loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
models = []
for folder in loader.list_available_services("service-2"):
    metadata = loader.load_service_model(folder, "service-2")["metadata"]
    models.append(
        {
            "folder": folder,
            "sdk_id": metadata["serviceId"],
            "endpoint_prefix": metadata["endpointPrefix"],
            # botocore signs with the endpoint's prefix where the model names nothing else.
            "signing_name": metadata.get("signingName", metadata["endpointPrefix"]),
        }
    )
json.dump(models, sys.stdout)
