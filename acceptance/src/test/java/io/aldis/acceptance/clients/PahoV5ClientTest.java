package io.aldis.acceptance.clients;

import io.aldis.acceptance.clients.LibraryClient.Identity;

class PahoV5ClientTest extends V5LibraryContract {
    @Override
    LibraryClient library(Identity identity) throws Exception {
        return new PahoV5Client(identity);
    }
}
