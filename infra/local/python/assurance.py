"""Stands in for Red Tractor's certificate service.

    GET /certificates?country=GBR&postcode=PO18%209JP&holdingNumber=11/111/1111
    PUT /failures/3          the next three answers are 503

Both want the key in X-API-Key. Certificates are of every status; who asks picks
those that count.
"""

import json
from urllib.parse import parse_qs


def certificate(status, number, enterprise, expiry, postcode, holding, name):
    return {
        "CertificateStatus": status,
        "CertificateIdentifier": number,
        "CertificateEnterprises": [{"EnterpriseIdentifier": f"{number}.1", "Enterprise": enterprise}],
        "CertificateExpiryDate": f"{expiry}T00:00:00.000+00:00",
        "CertifiedSites": [
            {
                "SiteIdentifiers": {"IdentifierType": "holdingno", "Identifier": holding},
                "IsPrimary": True,
                "SiteCountry": "United Kingdom",
                "SitePostcode": postcode,
                "SiteAddress": name,
                "SiteName": name,
            }
        ],
    }


CERTIFICATES = [
    certificate("Valid", "2RRVTHNXTS", "Combinable Crops", "2029-01-31", "PO18 9JP", "11/111/1111", "Downland Farm"),
    certificate("Grace", "7KQXWMB2LA", "Dairy", "2026-01-31", "PO18 9JP", "11/111/1112", "Valley Farm"),
    certificate("Expired", "5HGTRPC9DE", "Beef", "2023-06-30", "PO18 9JP", "11/111/1113", "Hill Farm"),
    certificate("Withdrawn", "3NVLSYZ4JU", "Pigs", "2028-12-31", "PO18 9JP", "11/111/1114", "Heath Farm"),
    certificate("Valid", "9BFDKAQ6MO", "Fresh Produce", "2029-03-31", "YO61 1AA", "22/222/2222", "Moor Farm"),
    certificate("Expired", "1XCEUIG8NW", "Poultry", "2022-03-31", "YO61 1AA", "22/222/2223", "Ridge Farm"),
]


def compact(text):
    """One spelling for all ways to write a postcode or a number."""
    return "".join(text.split()).upper()


class Assurance:
    """Answers as the service does when all is well, or as often as told not."""

    def __init__(self, key: str):
        self.key = key.encode()
        self.failures = 0

    async def __call__(self, scope, receive, send):
        headers = dict(scope["headers"])
        status, answer = self.answer(scope["method"], scope["path"], scope["query_string"].decode(), headers)
        body = json.dumps(answer).encode()
        head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": body})

    def answer(self, method, path, query, headers):
        if headers.get(b"x-api-key") != self.key:
            return 401, {"Message": "No such key"}
        name, _, count = path.strip("/").partition("/")
        if method == "PUT" and name == "failures" and count.isdigit():
            self.failures = int(count)
            return 200, {"Failures": self.failures}
        if method != "GET" or path != "/certificates":
            return 404, {"Message": "No such path"}
        if self.failures:
            self.failures -= 1
            return 503, {"Message": "Out of order, as told"}
        return self.certificates({name: values[0] for name, values in parse_qs(query).items()})

    @staticmethod
    def certificates(wanted):
        country = wanted.get("country", "")
        postcode, holding = compact(wanted.get("postcode", "")), compact(wanted.get("holdingNumber", ""))
        if len(country) != 3 or not (postcode or holding):
            return 400, {"Message": "A country, and a postcode or a holding number"}

        def is_there(site):
            number = site["SiteIdentifiers"]["Identifier"]
            return (not postcode or compact(site["SitePostcode"]) == postcode) and (not holding or number == holding)

        known = CERTIFICATES if country.upper() == "GBR" else []
        return 200, [one for one in known if any(map(is_there, one["CertifiedSites"]))]
