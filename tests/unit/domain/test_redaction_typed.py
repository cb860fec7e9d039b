"""Typed lines: however short the words are, no secret is kept; what carries none stays readable."""

import pytest

from app.domain.guard.kept import kept

SECRET = "Zq7hunterX"
_TYPED = """
en sec {0}
ena pa {0}
enable {0}
username a sec {0}
user a pas {0}
user a pa {0}
user a p {0}
user a se {0}
no user a pa {0}
do user a pa {0}
snmp com {0} ro
sn com {0}
snmp-server co {0}
snmp-server host 1.1.1.1 {0}
snmp-s ho 1.1.1.1 ver 2c {0}
sn h 1 tr ve 2c {0} bgp
snmp-s h 1 {0}
snmp-s user a g v3 auth sh {0} pr aes 128 {0}
snmp-server user a g v3 au sha {0} pri aes 128 {0}
radius-server k {0}
tac k {0}
tacacs-s ke 7 {0}
tac ser key {0}
server-p 10.0.0.1 k {0}
cry isa ke {0} ad 1.1.1.1
cry isa k {0} ad 1.1.1.1
crypto key export rsa k pem term 3des {0}
cry pki exp x pkcs12 tftp: pass {0}
cry pki export x pkcs tftp: {0}
key config-k p {0}
nei 1.1.1.1 pas {0}
nei 1.1.1.1 pa 0 {0}
ip ospf mess 1 md5 {0}
ip ospf mess 1 m {0}
ip ospf message-d 1 md {0}
ip ospf auth {0}
ip ospf authentication-k {0}
area 0 vir 1.1.1.1 mess 1 md5 {0}
ntp auth 1 md5 {0}
ntp authenticat 1 md {0} 7
standby 1 auth {0}
stan 1 auth md5 key-s {0}
stan 1 authe te {0}
ip nhrp auth {0}
key-s {0}
ke {0}
pas {0}
passw 7 {0}
ppp ch pas {0}
ppp pa sent-username a p {0}
vtp pa {0}
ldap-login-p {0}
wpa-p ascii {0}
ikev1 pre {0}
pre-sh add 1.1.1.1 key {0}
aaa-s T (in) h 1.1.1.1 {0}
failover k {0}
fail k hex {0}
test aaa group radius u {0} legacy
test aaa-server authentication X username u password {0}
license smart reg idt {0}
set sys root enc {0}
set sn com {0}
set system root-auth encrypted-pa {0}
set sec ike pol x pre asc {0}
cts sxp def pas 0 {0}
login admin {0}
snmpwalk -v2c -c {0} 1.1.1.1
snmpwalk -c{0}
sshpass -p {0} ssh x
curl -u a:{0} http://x
mysql -p{0}
copy scp://a:{0}@h/x flash:
client 10.0.0.1 serv 7 {0}
area- {0}
set sess inb esp 300 cip {0} auth 0102
set sess outb ah 300 {0}
set prot bgp group x authe "{0}"
set snmp v3 usm local-engine user bob priva {0}
snmp user bob grou OPS auth sha auth {0} priv AES128 priv other1 encr
ipv6 ospf encr ips spi 501 esp aes- 128 7 {0} sha1 7 other1
lic 7 {0}
ev man env _pw {0}
authe te {0}
authe cred bob {0}
"""
_STAYS = """
show running-config | include ntp
sh run | section bgp
show key chain
no shutdown
ip address 10.0.0.1 255.255.255.0 secondary
ip access-list extended KEYS
ip authentication mode eigrp 1 md5
ip ospf authentication message-digest
ip ospf auth null
ip http authentication local
ip ssh server algorithm mac hmac-sha2-256 hmac-sha1
crypto ipsec transform-set X esp-aes esp-sha-hmac
crypto pki trustpoint X
crypto key zeroize rsa
integrity sha256 sha512
username bob privilege 15 role network-admin
neighbor 10.0.0.1 remote-as 65000
neighbor 10.0.0.1 send-community both
snmp-server enable traps
snmp-server group G v3 priv read ALL
snmp-server user u g v3
snmp-server host 10.0.0.1 traps version 3 priv bob
aaa authentication login default group tacacs+ local
tacacs server ONE
address ipv4 10.0.0.1
ntp server 10.0.0.1 key 5
key 1
ke chain X
set security policies from-zone a to-zone b policy c match source-address any
set policy-options community C members 65000:1
set community 65000:100 additive
set local-preference 200
test cable-diagnostics tdr interface Gi1/0/1
enable
enable 15
login local
ssh -l bob 10.0.0.1
authentication pre-share
authentication port-control auto
mpls ldp password required
password strength-check
"""


@pytest.mark.parametrize("form", _TYPED.strip().split("\n"))
def test_no_short_word_lets_a_secret_be_kept(form: str) -> None:
    out = kept(form.format(SECRET))
    assert SECRET not in out
    assert "<secret>" in out
    assert kept(out) == out


@pytest.mark.parametrize("line", _STAYS.strip().split("\n"))
def test_what_carries_no_secret_stays(line: str) -> None:
    assert kept(line) == line
