"""Simulated devices over real SSH, and a relay that can be cut. The only room that imports asyncssh."""
