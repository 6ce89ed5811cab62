"""Disclosure: one named officer may learn who the reporter is, for some hours, if two custodians agree."""
