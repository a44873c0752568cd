//! Hosts of e-mail where anybody may have an address: that two people have one
//! there says nothing about whom they work for.

/// The large hosts of the world, and those of the home countries: free ones
/// after the list at <https://github.com/willwhite/freemail>, and the domains in
/// which access providers of the United Kingdom, France, South Africa and the
/// United States give their subscribers addresses. In alphabetical order.
const PUBLIC: &[&str] = &[
    "aim.com",
    "aol.co.uk",
    "aol.com",
    "aol.fr",
    "att.net",
    "bbox.fr",
    "bellsouth.net",
    "blueyonder.co.uk",
    "btconnect.com",
    "btinternet.com",
    "btopenworld.com",
    "cegetel.net",
    "charter.net",
    "club-internet.fr",
    "comcast.net",
    "cox.net",
    "duck.com",
    "earthlink.net",
    "email.com",
    "fastmail.com",
    "fastmail.fm",
    "free.fr",
    "freeserve.co.uk",
    "frontier.com",
    "fsmail.net",
    "gmail.com",
    "gmx.co.uk",
    "gmx.com",
    "gmx.de",
    "gmx.fr",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.co.za",
    "hotmail.com",
    "hotmail.fr",
    "hushmail.com",
    "iafrica.com",
    "icloud.com",
    "lantic.net",
    "laposte.net",
    "lineone.net",
    "live.co.uk",
    "live.co.za",
    "live.com",
    "live.fr",
    "mac.com",
    "mail.com",
    "mailbox.co.za",
    "me.com",
    "msn.com",
    "mweb.co.za",
    "neuf.fr",
    "ntlworld.com",
    "numericable.fr",
    "o2.co.uk",
    "optonline.net",
    "orange.fr",
    "orange.net",
    "outlook.com",
    "outlook.fr",
    "plus.com",
    "plusnet.com",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "rocketmail.com",
    "sbcglobal.net",
    "sfr.fr",
    "sky.com",
    "supanet.com",
    "talk21.com",
    "talktalk.net",
    "telkomsa.net",
    "tiscali.co.uk",
    "tiscali.fr",
    "tuta.io",
    "tutanota.com",
    "verizon.net",
    "virgin.net",
    "virginmedia.com",
    "vodamail.co.za",
    "voila.fr",
    "wanadoo.co.uk",
    "wanadoo.fr",
    "web.de",
    "webmail.co.za",
    "windstream.net",
    "yahoo.co.uk",
    "yahoo.co.za",
    "yahoo.com",
    "yahoo.fr",
    "yandex.com",
    "yandex.ru",
    "ymail.com",
    "zoho.com",
    "zohomail.com",
];

/// The domain of an e-mail address, where it may be one of its holder's employer:
/// in small letters, and none where the host is open to all.
#[must_use]
pub fn own_mail_domain(email: &str) -> Option<String> {
    let (_, domain) = email.trim().rsplit_once('@')?;
    let domain = domain.to_lowercase();
    PUBLIC.binary_search(&domain.as_str()).is_err().then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_stand_in_order_and_once() {
        assert!(PUBLIC.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn an_address_at_a_public_host_names_no_employer() {
        for (email, domain) in [
            ("una@farm.example", Some("farm.example")),
            (" Una@Mail.Farm.Example ", Some("mail.farm.example")),
            ("una@gmail.com", None),
            ("una@GMAIL.com", None),
            ("una@btinternet.com", None),
            ("una@wanadoo.fr", None),
            ("una", None),
        ] {
            assert_eq!(own_mail_domain(email).as_deref(), domain, "{email}");
        }
    }
}
