//! How TLS is spoken, and whose certificate is believed, for each `ssl-mode`.

use std::path::Path;

use aludel_sql::{Error, ErrorKind, Result};
use mysql_async::SslOpts;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::url::{Location, Tls};

/// The name that is looked for in a certificate whose name does not count. `mysql_async` passes over an error that says
/// "NotValidForName"; the one of rustls says "not valid for name", and then the name that was looked for, which is this one.
const ANY_HOST: &str = "NotValidForName";

/// How TLS is spoken.
///
/// # Errors
/// [`ErrorKind::Config`] if the authorities that the URL names cannot be read.
pub(crate) async fn encryption(location: &Location) -> Result<SslOpts> {
    // `mysql_async` takes the program's provider, and rustls panics where there are several and none is chosen.
    let _chosen_already = rustls::crypto::ring::default_provider().install_default();
    let options = SslOpts::default();
    let options = match &location.authorities {
        Some(file) => options.with_disable_built_in_roots(true).with_root_certs(vec![authorities(file).await?.into()]),
        None => options,
    };
    Ok(match (location.tls, &location.authorities) {
        (Tls::Disabled | Tls::Preferred, _) | (Tls::Required, None) => {
            options.with_danger_accept_invalid_certs(true).with_danger_skip_domain_validation(true)
        }
        (Tls::Required, Some(_)) | (Tls::VerifyCa, _) => {
            options.with_danger_skip_domain_validation(true).with_danger_tls_hostname_override(Some(ANY_HOST))
        }
        (Tls::VerifyIdentity, _) => options,
    })
}

/// The certificates in a file, one or more in PEM or one in DER.
async fn authorities(file: &Path) -> Result<Vec<u8>> {
    let bytes = tokio::fs::read(file).await.map_err(|error| unreadable(file, error.to_string()))?;
    let in_pem: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let mut certificates = in_pem.map_err(|error| unreadable(file, error.to_string()))?;
    if certificates.is_empty() {
        certificates.push(CertificateDer::from(&bytes[..]));
    }
    let mut store = RootCertStore::empty();
    for certificate in certificates {
        store.add(certificate).map_err(|error| unreadable(file, error.to_string()))?;
    }
    Ok(bytes)
}

#[cold]
fn unreadable(file: &Path, why: String) -> Error {
    Error::new(ErrorKind::Config, format!("the authorities `{}` cannot be read", file.display()))
        .hint("`ssl-ca` names a file of certificates in PEM")
        .caused_by(why)
}
