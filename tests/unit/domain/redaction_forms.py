"""Lines of configurations: each form of a secret, and what only looks like one."""

# One line for each form; {0} is the secret. What stands behind it stays.
_FORMS = """
enable secret 5 {0}
enable secret level 5 9 {0}
enable secret 0 {0}
enable password {0}
enable password level 7 7 {0}
enable password {0} encrypted
enable algorithm-type scrypt secret {0}
username bob password 7 {0}
username bob password {0}
username bob privilege 15 secret 9 {0}
username bob secret {0} privilege 15
username bob password {0} encrypted privilege 15
username bob password {0} pbkdf2 privilege 15
username admin password 5 {0} role network-admin
username eve privilege 15 role network-admin secret sha512 {0}
username eve secret 10 {0}
username eve common-criteria-policy strong password 0 {0}
 password 7 {0}
 password {0}
 secret 10 {0}
passwd {0} encrypted
snmp-server community {0}
snmp-server community {0} RO 10
snmp-server community {0} view all RW ipv6 six 12
no snmp-server community {0}
snmp-server user bob GRP v3 auth md5 {0} priv aes 128 other1 access 10
snmp-server user bob GRP v3 auth sha other1 priv aes 128 {0}
snmp-server user bob GRP v3 encrypted auth sha {0} priv aes 256 other1
snmp-server user admin network-admin auth md5 {0} priv 0x9988 localizedkey
snmp-server user admin network-admin auth sha-256 0x9988 priv aes-128 {0} localizedkey
snmp-server user bob grp v3 localized f5717f auth sha512 {0} priv aes256 other1
snmp-server host 10.0.0.1 {0}
snmp-server host 10.0.0.1 {0} bgp envmon
snmp-server host 10.0.0.1 version 2c {0}
snmp-server host 10.0.0.1 traps version 2c {0} udp-port 162
snmp-server host 10.0.0.1 informs version 1 {0}
snmp-server host 10.0.0.1 vrf MGMT version 2c {0} cpu
snmp-server host inside 10.0.0.1 community {0} version 2c
snmp-server host inside 10.0.0.1 trap community {0}
snmp-server host nms.example.com version 2c {0}
tacacs-server key 7 {0}
tacacs-server key {0}
tacacs-server host 10.0.0.9 key 7 "{0}" timeout 5
tacacs-server host 10.0.0.9 single-connection key {0}
radius-server key {0}
radius-server host 10.1.1.1 auth-port 1812 acct-port 1813 key 7 {0}
radius-server host 10.1.1.1 key 7 {0} authentication accounting
 server-private 10.1.1.1 auth-port 1812 acct-port 1813 key {0}
 server-private 10.1.1.1 key 7 {0}
 key {0}
 key 7 {0}
 key 6 {0}
 client 10.1.1.1 server-key 7 {0}
 pac key 7 {0}
aaa-server RAD (inside) host 10.0.0.1 {0} timeout 5
 neighbor 10.0.0.1 password 7 {0}
 neighbor PEERS password {0}
 neighbor 2001:db8::1 password 0 {0}
 password encrypted {0}
 ip ospf message-digest-key 1 md5 7 {0}
 ip ospf message-digest-key 1 md5 {0}
 ip ospf authentication-key 7 {0}
 ip ospf authentication-key {0}
 ospf authentication-key {0}
 ospf message-digest-key 3 md5 {0}
 area 0 virtual-link 10.9.9.9 message-digest-key 1 md5 7 {0}
 area 0 virtual-link 10.9.9.9 authentication-key {0}
 message-digest-key 1 md5 encrypted {0}
 ospfv3 authentication ipsec spi 500 sha1 {0}
 ipv6 ospf authentication ipsec spi 500 md5 0 {0}
 ipv6 ospf encryption ipsec spi 501 esp aes-cbc 128 7 {0} sha1 7 other1
 ipv6 ospf encryption ipsec spi 501 esp null sha1 7 {0}
 isis password {0} level-1
 isis authentication key 7 {0}
 area-password {0}
 domain-password {0} authenticate snp validate
 hello-password hmac-md5 encrypted {0}
 lsp-password clear {0}
 authentication mode hmac-sha-256 7 {0}
 authentication mode hmac-sha-256 {0}
 authentication key eigrp 100 {0} key-id 1
 key-string 7 {0}
 key-string {0}
 key-octet-string 7 {0}
 standby 1 authentication md5 key-string 7 {0} timeout 30
 standby 1 authentication text {0}
 standby 1 authentication {0}
 authentication text {0}
 authentication md5 key-string 7 {0}
 vrrp 5 authentication {0}
 vrrp 5 authentication text {0}
 vrrp 5 authentication md5 key-string {0}
 glbp 1 authentication md5 key-string 7 {0}
 glbp 1 authentication text {0}
 ip nhrp authentication {0}
crypto isakmp key {0} address 10.0.0.1
crypto isakmp key 6 {0} address 10.0.0.1 255.255.255.0
crypto isakmp key {0} hostname peer.example.com
isakmp key {0} address 10.0.0.1 netmask 255.255.255.255
 pre-shared-key address 0.0.0.0 0.0.0.0 key {0}
 pre-shared-key address 10.0.0.1 key 6 {0}
 pre-shared-key hostname peer.example.com key {0}
 pre-shared-key {0}
 pre-shared-key local {0}
 pre-shared-key remote 6 {0}
 pre-shared-key hex {0}
 pre-shared-key ascii-text "{0}"
 pre-shared-key local hex {0}
 ikev1 pre-shared-key {0}
 ikev2 local-authentication pre-shared-key {0}
 ikev2 remote-authentication pre-shared-key 8 {0}
 authentication local pre-share key 0 {0}
 authentication remote pre-share key {0}
 set session-key inbound ah 300 {0}
 set session-key outbound esp 300 cipher {0} authenticator 0102
 set session-key outbound esp 300 cipher 0102 authenticator {0}
 ppp chap password 7 {0}
 ppp chap password 0 {0}
 ppp pap sent-username bob password 7 {0}
 dialer password {0}
ntp authentication-key 1 md5 {0} 7
ntp authentication-key 1 md5 {0}
ntp authentication-key 5 sha1 7 {0}
ntp authentication-key 5 hmac-sha2-256 {0}
 wpa-psk ascii 7 {0}
 wpa-psk hex 0 {0}
 security wpa psk set-key ascii 0 {0}
 security wpa akm psk set-key hex 8 {0}
 encryption key 1 size 128bit 7 {0} transmit-key
 encryption vlan 3 key 1 size 40bit {0} transmit-key
vtp password {0}
vtp password {0} hidden
ip ftp password 7 {0}
ip ftp password {0}
ip http client password 7 {0}
ip scp password {0}
 path scp://bob:{0}@10.0.0.1/$h-$t
 http get http://bob:{0}@www.example.com/probe
copy running-config ftp://bob:{0}@10.0.0.1/x
boot-end-marker tftp://:{0}@10.0.0.1
 ldap-login-password {0}
 bind authenticate root-dn cn=admin password 7 {0}
kerberos password {0}
kerberos srvtab entry host/core-1@EXAMPLE 0 902342342 1 1 {0}
failover key {0}
failover key hex {0}
failover ipsec pre-shared-key {0}
 policy-server-secret {0}
vpdn username bob password {0} store-local
 l2tp tunnel password 7 {0}
crypto ca import TP pkcs12 {0}
crypto pki import TP pkcs12 flash: password {0}
crypto pki export TP pem terminal 3des {0}
crypto key import rsa TP pem terminal {0}
 challenge-password {0}
 enrollment password {0}
license smart register idtoken {0} force
key config-key password-encrypt {0}
 authentication credential bob {0}
 authentication username bob password 7 {0} realm example.com
 credentials username bob password 7 {0} realm example.com
 sip-ua password {0}
 voice-class pin {0}
 key-hash ssh-rsa {0} bob@x
 nhrp-auth secret {0}
mpls ldp neighbor 10.0.0.1 password 7 {0}
mpls ldp password option 1 for ACL 7 {0}
 etr map-server 10.0.0.1 key 7 {0}
 ipv4 etr map-server 10.0.0.1 key {0}
 mka pre-shared-key {0}
 cts manual sap pmk {0} mode-list gcm
cts credentials id core-1 password 7 {0}
 tunnel security secret {0}
set system root-authentication encrypted-password "{0}"
set system login user bob authentication encrypted-password {0}
set system tacplus-server 10.0.0.1 secret "{0}"
set system radius-server 10.0.0.1 port 1812 secret {0}
set snmp community {0} authorization read-only
set snmp community "{0}" clients 10.0.0.0/8
set snmp v3 usm local-engine user bob authentication-md5 authentication-key "{0}"
set snmp v3 usm local-engine user bob privacy-des privacy-key "{0}"
set protocols bgp group x authentication-key "{0}"
set protocols ospf area 0 interface ge-0/0/0 authentication md5 1 key "{0}"
set protocols ospf area 0 interface ge-0/0/0 authentication simple-password "{0}"
set protocols isis level 2 authentication-key "{0}"
set protocols rsvp interface ge-0/0/0 authentication-key "{0}"
set security ike policy p pre-shared-key ascii-text "{0}"
set security ike policy p pre-shared-key hexadecimal {0}
set system ntp authentication-key 1 type md5 value "{0}"
set access profile p client bob chap-secret "{0}"
   secret "{0}"; ## SECRET-DATA
   simple-password "{0}"; ## SECRET-DATA
   md5 1 key "{0}";
   anything-at-all "{0}"; ## SECRET-DATA
   encrypted-password "{0}";
   authentication-key "{0}";
 set session-key outbound esp 300 authenticator {0}
 set session-key inbound esp 300 cypher {0}
snmp-server mib community-map {0} context ops
rf-switch snmp-community {0}
syscon address 10.0.0.1 {0}
snmp-server user bob groupname OPS auth sha auth-password {0} priv AES128 priv-password other1 encrypted
snmp-server user bob groupname OPS auth sha auth-password other1 priv AES128 priv-password {0} encrypted
tacacs-server host 10.0.0.1 key ciphertext {0}
cable shared-secret 7 {0}
wlccp ap username bob password 7 {0}
 digest secret 0 {0}
 key hexadecimal {0}
set system license keys key "{0}"
set snmp v3 usm local-user bob authentication-sha authentication-password {0}
standby authentication {0}
ena sec {0}
usern bob pass {0}
user bob priv 15 sec 0 {0}
snmp-s comm {0} ro
 description pw: {0}
 description login bob password={0}
! enable secret 5 {0}
 snmp-server host 10.0.0.1 traps encrypted {0}
 snmp-server host 10.0.0.1 traps clear {0}
 ip ospf message-digest-key 1 sha256 7 {0}
 ip ospf message-digest-key 1 sha512 0 {0}
set snmp v3 snmp-community other1 community-name {0}
    community-name {0};
  exec /usr/bin/TerminAttr -cvauth=key,{0} -smashexcludes=ale
  exec /usr/bin/TerminAttr -ingestauth=key,{0} -x
  exec /usr/bin/TerminAttr -taillogs -grpcpass={0}
 license smart token {0}
  sensor api-token {0}
 api-key {0}
 scansafe license 0 {0}
 license 7 {0}
  add https://dyn.example.com/update?token={0}
  add https://dyn.example.com/update?x=1&api_key={0}
 docker run-opts "-e TOKEN={0}"
event manager environment _pw {0}
 action 1.0 cli command "enable secret {0} privilege 5
alias exec x telnet 10.0.0.1 /user u /password {0}
 set psksecret ENC {0}
 set passwd ENC {0}
 ip pim hello authentication md5 {0}
 ipv6 eigrp authentication md5 {0}
 ip rip authentication string {0}
key config-key password-encryption {0}
crypto ca import TP pkcs12 flash:tp.p12 {0}
crypto pki import TP pkcs12 terminal {0}
banner motd ^ the password is {0} ^
 description root pass {0}
snmp-agent community read cipher {0}
 rocommunity {0} 10.0.0.0/8
"""

_PLAIN = """
hostname key-west-password
service password-encryption
security passwords min-length 8
password strength-check
no password strength-check
aaa authentication login default group tacacs+ local
aaa authentication enable default enable
key chain EIGRP-KEYS
crypto key generate rsa modulus 2048
crypto isakmp policy 10
 authentication pre-share
 authentication local pre-share
crypto pki trustpoint SELF
 rsakeypair SELF 2048
 fingerprint 0123456789ABCDEF
 neighbor 10.0.0.1 send-community both
 set community 65000:100 additive
 match community CUSTOMERS
ip community-list standard CUSTOMERS permit 65000:1
set policy-options community CUSTOMERS members 65000:1
 tunnel key 100
 ip ospf authentication message-digest
 area 0 authentication message-digest
 ip authentication key-chain eigrp 1 EIGRP-KEYS
 ip authentication mode eigrp 1 md5
 standby 1 authentication md5 key-chain HSRP-KEYS
 isis authentication mode md5
 isis authentication key-chain ISIS-KEYS
ntp authenticate
ntp trusted-key 1
snmp-server host 10.0.0.1 version 3 priv bob
snmp-server host 10.0.0.1 use-vrf management
snmp-server group OPS v3 priv read ALL
snmp-server enable traps
snmp-server location pass through key room 5
snmp-server contact password resets: ext 5
 description the key to the secret room, password in the vault
 remark permit the key server and its password service
ip ssh version 2
ip ssh rsa keypair-name SSH
ip http authentication local
line vty 0 4
 transport input ssh
 passive-interface default
mpls ldp password required
 exec-timeout 10 0
 ikev2 remote-authentication pre-shared-key *****
 ldap-login-password *****
 address 10.0.0.1 auth-port 1812
ip tacacs source-interface Loopback0
radius-server host 10.1.1.1 auth-port 1812 acct-port 1813
tacacs server ONE
 keepalive 10
 keyring KEYS
 match identity remote address 10.0.0.1
 dot1x authenticator
 authentication port-control auto
 authentication order dot1x mab
 authentication md5 key-chain HSRP-KEYS
 license boot level network-advantage
crypto pki token default removal timeout 5
 description the password is kept in the vault
alias exec sk show key chain
"""

LINES = [line for line in _FORMS.split("\n") if line]
PLAIN = [line for line in _PLAIN.split("\n") if line]
