"""Lists all notifications through openstacksdk's paging. Arguments: the API's URL and the size of a page.

Prints what it saw as JSON: rows, how many were different, and what each page took. A page's time is from its first row
to the next page's, so the SDK's own work with its rows is in it.
"""

import json
import sys
import time

import openstack

url, size = sys.argv[1], int(sys.argv[2])
api = openstack.connect(auth_type="none", endpoint=url + "/v1").instance_ha

seen, rows, pages = set(), 0, []
began = time.perf_counter()
for notification in api.notifications(limit=size):
    if rows % size == 0 and rows:
        pages.append(time.perf_counter() - began)
        began = time.perf_counter()
    rows += 1
    seen.add(notification.notification_uuid)
pages.append(time.perf_counter() - began)
print(json.dumps({"rows": rows, "different": len(seen), "page_seconds": pages}))
