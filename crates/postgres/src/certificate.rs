//! Whose certificate is believed, for each `sslmode`; and the hash of one, which binds a password exchange to its connection.

use std::path::Path;
use std::sync::Arc;

use aludel_sql::{Error, ErrorKind, Result};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::url::Encryption;

/// How TLS is spoken; none where it is not to be.
///
/// # Errors
/// [`ErrorKind::Config`] if the root certificates cannot be read.
pub(crate) fn tls(encryption: Encryption, roots: Option<&Path>) -> Result<Option<Arc<ClientConfig>>> {
    let provider = Arc::new(ring::default_provider());
    let trust = match (encryption, roots) {
        (Encryption::Disable, _) => return Ok(None),
        // As libpq: who names a root certificate wants it to count.
        (Encryption::Prefer | Encryption::Require, None) => Trust::Anyone,
        (Encryption::Prefer | Encryption::Require | Encryption::VerifyCa, roots) => Trust::Authority(Authorities::read(roots, &provider)?),
        (Encryption::VerifyFull, roots) => Trust::Host(Authorities::read(roots, &provider)?),
    };
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().map_err(unusable)?;
    let verifier = Arc::new(Verifier { trust, provider });
    let mut config = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(Some(Arc::new(config)))
}

/// Those whose signature is believed.
#[derive(Debug)]
struct Authorities {
    verifier: Arc<WebPkiServerVerifier>,
    /// The certificates that the user has named: a server's that is one of them is believed as it is, since many sign their own.
    named: Vec<CertificateDer<'static>>,
}

impl Authorities {
    /// Reads the certificates of a file, or of the system.
    fn read(roots: Option<&Path>, provider: &Arc<CryptoProvider>) -> Result<Self> {
        let (mut store, mut named) = (RootCertStore::empty(), Vec::new());
        match roots {
            Some(file) => {
                let unreadable = |error: String| {
                    let message = format!("the root certificates `{}` cannot be read", file.display());
                    Error::new(ErrorKind::Config, message).hint("`sslrootcert` names a file of certificates in PEM").caused_by(error)
                };
                for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unreadable(error.to_string()))? {
                    let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
                    store.add(certificate.clone()).map_err(|error| unreadable(error.to_string()))?;
                    named.push(certificate);
                }
            }
            None => _ = store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs),
        }
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider)).build().map_err(|error| {
            Error::new(ErrorKind::Config, "there is no root certificate that a server's could be checked against")
                .hint("name a file of them by `sslrootcert=FILE`")
                .caused_by(error.to_string())
        })?;
        Ok(Self { verifier, named })
    }
}

#[cold]
fn unusable(error: rustls::Error) -> Error {
    Error::new(ErrorKind::Config, "TLS cannot be set up").caused_by(error.to_string())
}

/// Whose certificate is believed.
#[derive(Debug)]
enum Trust {
    /// Anyone's: the connection is hidden from those who listen, and not from one who stands between.
    Anyone,
    /// One that an authority has signed, whatever its name.
    Authority(Authorities),
    /// One that an authority has signed for this host.
    Host(Authorities),
}

#[derive(Debug)]
struct Verifier {
    trust: Trust,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let (authorities, is_host_meant) = match &self.trust {
            Trust::Anyone => return Ok(ServerCertVerified::assertion()),
            Trust::Authority(authorities) => (authorities, false),
            Trust::Host(authorities) => (authorities, true),
        };
        if authorities.named.contains(certificate) {
            if is_host_meant {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        // The name is the last thing that is looked at.
        match authorities.verifier.verify_server_cert(certificate, between, name, ocsp, now) {
            Err(rustls::Error::InvalidCertificate(CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }))
                if !is_host_meant =>
            {
                Ok(ServerCertVerified::assertion())
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The hash of a certificate by its own signature's hash function; none where that has none of its own (Ed25519, RSA-PSS).
///
/// Source: RFC 5929, section 4.1.
pub(crate) fn endpoint_hash(certificate: &[u8]) -> Option<Vec<u8>> {
    let (whole, _) = element(certificate, SEQUENCE)?;
    let (_signed, rest) = element(whole, SEQUENCE)?;
    let (algorithm, _) = element(rest, SEQUENCE)?;
    let (oid, _) = element(algorithm, OID)?;
    Some(match oid {
        // MD5 and SHA-1 with RSA, SHA-1 with ECDSA: SHA-256 stands in for both. SHA-256 with RSA, with ECDSA.
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 4 | 5 | 11]
        | [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01]
        | [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 2] => Sha256::digest(certificate).to_vec(),
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 12] | [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 3] => {
            Sha384::digest(certificate).to_vec()
        }
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 13] | [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 4] => {
            Sha512::digest(certificate).to_vec()
        }
        _ => return None,
    })
}

const SEQUENCE: u8 = 0x30;
const OID: u8 = 0x06;

/// The content of the DER element that `bytes` begins with, and what is behind it; none if it is another one.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (short, rest) = rest.split_first()?;
    let (length, rest) = match short {
        ..=0x7f => (usize::from(*short), rest),
        0x81..=0x84 => {
            let (long, rest) = rest.split_at_checked(usize::from(short & 0x7f))?;
            (long.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    (*first == tag).then(|| rest.split_at_checked(length)).flatten()
}
