"""Simulated devices over real SSH, and a loopback relay that can be cut. The only room that imports asyncssh."""
