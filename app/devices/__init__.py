"""SSH sessions and commands on network devices. The only room that imports netmiko and paramiko."""
