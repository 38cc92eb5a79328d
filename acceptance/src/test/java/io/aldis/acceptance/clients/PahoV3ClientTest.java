package io.aldis.acceptance.clients;

import io.aldis.acceptance.clients.LibraryClient.Identity;

class PahoV3ClientTest extends LibraryContract {
    @Override
    LibraryClient library(Identity identity) throws Exception {
        return new PahoV3Client(identity);
    }
}
