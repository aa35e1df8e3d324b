"""A stand-in for e-Boekhouden.nl: the SOAP service, the books behind it, the pages."""

import fakes.eboekhouden.spyne_compat  # noqa: F401 - before anything here imports spyne
