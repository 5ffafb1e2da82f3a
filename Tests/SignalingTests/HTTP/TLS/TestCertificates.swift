/// Two self-signed certificates for tests, `first.example` and `second.example`, made by
/// `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=first.example`.
enum TestCertificates {
  static let first = (certificate: firstCertificate, key: firstKey)
  static let second = (certificate: secondCertificate, key: secondKey)

  private static let firstCertificate = """
    -----BEGIN CERTIFICATE-----
    MIIBhjCCAS2gAwIBAgIUNjpHtbQcTZuGqU7a1zg9esludoowCgYIKoZIzj0EAwIw
    GDEWMBQGA1UEAwwNZmlyc3QuZXhhbXBsZTAgFw0yNjExMjExMDUxMzBaGA8yMTI2
    MTAyODEwNTEzMFowGDEWMBQGA1UEAwwNZmlyc3QuZXhhbXBsZTBZMBMGByqGSM49
    AgEGCCqGSM49AwEHA0IABJjMAt3fhbuch0tSMVhWiRvCUkfwSierIAAzVZk1wUql
    a40LMaVhr8idG6ZjBbZu5PN82MEoNnqhV7p/BGlyFt+jUzBRMB0GA1UdDgQWBBQX
    p8SZqHMXZjLY8KunH9lWyxIrojAfBgNVHSMEGDAWgBQXp8SZqHMXZjLY8KunH9lW
    yxIrojAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIASO1KSav8LH
    yKVQcaNV4do1OdNjivQCBmhcbBbafmtbAiAdVVAd6te+nPO/USAbhItGZngA1o8M
    wr+Rg25m+p0lfg==
    -----END CERTIFICATE-----
    """

  private static let firstKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwMZ0Rrj/DWDiYfBx
    OqVrCdmhV+SKWqbVMNnhFqkaG0ahRANCAASYzALd34W7nIdLUjFYVokbwlJH8Eon
    qyAAM1WZNcFKpWuNCzGlYa/InRumYwW2buTzfNjBKDZ6oVe6fwRpchbf
    -----END PRIVATE KEY-----
    """

  private static let secondCertificate = """
    -----BEGIN CERTIFICATE-----
    MIIBiTCCAS+gAwIBAgIUc62EJ5e/fJ9RoqqhfPI+PjzFnrQwCgYIKoZIzj0EAwIw
    GTEXMBUGA1UEAwwOc2Vjb25kLmV4YW1wbGUwIBcNMjYxMTIxMTA1MTMwWhgPMjEy
    NjEwMjgxMDUxMzBaMBkxFzAVBgNVBAMMDnNlY29uZC5leGFtcGxlMFkwEwYHKoZI
    zj0CAQYIKoZIzj0DAQcDQgAE1nzKgZ3MkFMg6AZLgnvCWz6UGZqq1AH+FdLJ3B7g
    0llbrcHLXmwzhwPzhdbzg/+NEfNKvRi8g0mL/Z81U10ORaNTMFEwHQYDVR0OBBYE
    FHQWV6C8d1ULAJzS7wn/Tl/pTuFpMB8GA1UdIwQYMBaAFHQWV6C8d1ULAJzS7wn/
    Tl/pTuFpMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgJEK4BnwR
    1DgaBQOvTCkiLfYPdFyrWVLPqC6etH9v/m8CIQD91aRUAKplvf3WhhiC6d1eCFig
    kVm1l4KGrbKgjrLhWQ==
    -----END CERTIFICATE-----
    """

  private static let secondKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTsvrD7RjYtelQ8pS
    MD6XoA2TsibVPRg7qM1zaLqflvChRANCAATWfMqBncyQUyDoBkuCe8JbPpQZmqrU
    Af4V0sncHuDSWVutwctebDOHA/OF1vOD/40R80q9GLyDSYv9nzVTXQ5F
    -----END PRIVATE KEY-----
    """
}
