"""Every fault a server can make, by name: `portal-crawler sample-portal --fault NAME[@SCOPE][:RATE]`.

The table of names, with the rows of the fault list they stand for, is printed by `portal-crawler sample-portal --help`;
it is the REGISTRY below. A fault that passes answers badly the first time (or the first N times) an address is asked and
well afterwards; a lasting one never answers well. RATE is the share of addresses, from 0 to 1, or the number of times.
"""

from portal_crawler.sample_portal.faults import content, lasting, lists, manners, stories, transport
from portal_crawler.sample_portal.faults.engine import FaultEngine
from portal_crawler.sample_portal.faults.registry import REGISTRY, Fault, Wish, parse_fault, parse_faults, register

register((*transport.FAULTS, *lasting.FAULTS, *content.FAULTS, *stories.FAULTS, *lists.FAULTS, *manners.FAULTS))

__all__ = ["REGISTRY", "Fault", "FaultEngine", "Wish", "parse_fault", "parse_faults"]
