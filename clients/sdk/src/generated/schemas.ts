// Written by `npm run sdk` from the documents of the gateway; do not edit.
export interface components {
    schemas: {
        Attachment: {
            /** Format: date-time */
            addedAt: string;
            id: string;
            name: string;
            /** @description In bytes. */
            size: number;
            /** @description The media type, as found by its content. */
            type: string;
            /** @description A link to the file, for a quarter of an hour, which needs no token. */
            url: string;
        };
        AttachmentBody: {
            uploadId: string;
        };
        AttachmentList: {
            items: components["schemas"]["Attachment"][];
        };
        Avatar: {
            /** @description At most 1,024 pixels. */
            large: string;
            /** @description At most 320 pixels. */
            medium: string;
            /** @description The path of the picture, at most 96 pixels wide and high. */
            small: string;
        };
        AvatarBody: {
            image?: string;
            uploadId?: string;
        };
        /** @description A product, and how often it was sold in a year. */
        BestSeller: {
            product: components["schemas"]["Product"];
            /** Format: int32 */
            sold: number;
        };
        /** @description The best-selling products, best first. */
        BestSellers: {
            /**
             * Format: date-time
             * @description When they were counted; null before the first count.
             */
            countedAt: string | null;
            degraded: components["schemas"]["Degraded"][];
            items: components["schemas"]["BestSeller"][];
        };
        BrowserLogout: {
            /** @description The URL that ends the session at the provider; its query contains an ID token. */
            endSessionUrl: string;
        };
        BrowserSession: {
            /** @description The scopes of the user. */
            scopes: string[];
            userId: string;
        };
        ChangePasswordInput: {
            currentPassword: string;
            newPassword: string;
        };
        ChatBody: {
            messages: {
                content: string;
                /** @enum {string} */
                role: "user" | "assistant";
            }[];
        };
        /** @description A missing or stale part of a response: it is null, unless the reason is STALE. */
        Degraded: {
            /**
             * Format: int32
             * @description The age of a stale part, in seconds.
             */
            ageSeconds?: number | null;
            /** @description The path of the part in the response, for example `recentOrders`. */
            part: string;
            reason: components["schemas"]["DegradedReason"];
        };
        /** @enum {string} */
        DegradedReason: "UNAVAILABLE" | "TIMEOUT" | "OVERLOADED" | "BAD_RESPONSE" | "STALE";
        /** @description An order of an export. One that cannot be read has its `id`, and null in place of everything else. */
        ExportedOrder: {
            id: string;
            lines: components["schemas"]["OrderLine"][] | null;
            /** Format: date-time */
            placedAt: string | null;
            status: components["schemas"]["OrderStatus"] | null;
            total: components["schemas"]["Money"] | null;
            userId: string | null;
        };
        /** @description The home page. An unavailable part is null and named in `degraded`. */
        Home: {
            /** @description The parts of this page that are missing or stale. */
            degraded: components["schemas"]["Degraded"][];
            /** @description The caller's newest orders, newest first. */
            recentOrders: components["schemas"]["Order"][] | null;
            /** @description Products recommended to the caller, best first. */
            recommendations: components["schemas"]["Product"][] | null;
            user: components["schemas"]["User"] | null;
        };
        /** @description Work that goes on after the answer to the request that asked for it. */
        Job: {
            /**
             * Format: int32
             * @description The number of the latest attempt; 0 before the first.
             */
            attempt: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            endedAt: string | null;
            failure: components["schemas"]["JobFailure"] | null;
            id: string;
            /** @description Whether it was cancelled and has not stopped yet. */
            isCancelling: boolean;
            /** @description Whether the state is final. */
            isEnded: boolean;
            /** @description What the job does, for example `orders.export`. */
            kind: string;
            /** Format: int32 */
            maxAttempts: number;
            progress: components["schemas"]["JobProgress"] | null;
            /** @description What a completed job returned. */
            result: {
                [key: string]: unknown;
            } | null;
            /**
             * Format: date-time
             * @description It is not run before this time.
             */
            runAt: string;
            /** Format: date-time */
            startedAt: string | null;
            state: components["schemas"]["JobState"];
        };
        /** @description Why the last attempt of a job failed. */
        JobFailure: {
            /** @description A code of the catalogue of errors, or JOB_TIMEOUT or JOB_STALLED. */
            code: string;
            detail: string | null;
        };
        /** @description How far a job is. */
        JobProgress: {
            done: number;
            /**
             * Format: int32
             * @description 0 to 100.
             */
            percent: number | null;
            /** @description Null while it is unknown. */
            total: number | null;
        };
        /** @enum {string} */
        JobState: "WAITING" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED";
        LoginInput: {
            email: string;
            password: string;
        };
        /** @description An amount in the minor unit of its currency (ISO 4217). */
        Money: {
            amountMinor: number;
            /** @description A currency code (ISO 4217), for example USD. */
            currency: string;
        };
        Order: {
            id: string;
            lines: components["schemas"]["OrderLine"][];
            /** Format: date-time */
            placedAt: string;
            status: components["schemas"]["OrderStatus"];
            total: components["schemas"]["Money"];
        };
        OrderExportBody: {
            /**
             * @default CSV
             * @enum {string}
             */
            format: "CSV" | "NDJSON" | "JSON";
        };
        /** @description A line of an order, with the name and price at the time it was placed. */
        OrderLine: {
            name: string;
            /** @description The current product; null if it no longer exists, or if unavailable (then named in `degraded`). */
            product?: components["schemas"]["Product"] | null;
            productId: string;
            /** Format: int32 */
            quantity: number;
            unitPrice: components["schemas"]["Money"];
        };
        OrderList: {
            /** @description The missing or stale parts: an unreadable `items.2` is left out. */
            degraded: components["schemas"]["Degraded"][];
            items: components["schemas"]["Order"][];
            /** @description The `after` of the next page; null on the last. */
            nextCursor: string | null;
        };
        OrderPage: {
            /** @description The parts of this page that are missing or stale. */
            degraded: components["schemas"]["Degraded"][];
            order: components["schemas"]["Order"];
        };
        /** @enum {string} */
        OrderStatus: "PLACED" | "PAID" | "PACKED" | "SHIPPED" | "DELIVERED" | "CANCELLED";
        PlaceOrderBody: {
            expectedTotal?: {
                amountMinor: number;
                currency: string;
            } | null;
            lines: {
                productId: string;
                quantity: number;
            }[];
        };
        /** @description A problem document (RFC 9457). */
        Problem: {
            /** @enum {string} */
            code: "BAD_REQUEST" | "GRAPHQL_PARSE_FAILED" | "GRAPHQL_VALIDATION_FAILED" | "GRAPHQL_TOO_MANY_TOKENS" | "GRAPHQL_TOO_DEEP" | "GRAPHQL_TOO_MANY_ROOT_FIELDS" | "GRAPHQL_TOO_MANY_ALIASES" | "GRAPHQL_TOO_MANY_DIRECTIVES" | "GRAPHQL_TOO_MANY_FIELDS" | "GRAPHQL_PAGE_TOO_LARGE" | "GRAPHQL_TOO_EXPENSIVE" | "GRAPHQL_BATCH_REFUSED" | "GRAPHQL_INCREMENTAL_REFUSED" | "GRAPHQL_INTROSPECTION_OFF" | "UNAUTHENTICATED" | "STEP_UP_REQUIRED" | "FORBIDDEN" | "GRAPHQL_NOT_TRUSTED" | "NOT_FOUND" | "GRAPHQL_UNKNOWN_DOCUMENT" | "PERSISTED_QUERY_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "NOT_ACCEPTABLE" | "REQUEST_TIMEOUT" | "CONFLICT" | "OUT_OF_STOCK" | "PRICE_CHANGED" | "UNKNOWN_PRODUCT" | "NOT_CANCELLABLE" | "IDEMPOTENCY_IN_FLIGHT" | "OFFSET_MISMATCH" | "GONE" | "PRECONDITION_FAILED" | "PAYLOAD_TOO_LARGE" | "URI_TOO_LONG" | "UNSUPPORTED_MEDIA_TYPE" | "RANGE_NOT_SATISFIABLE" | "EXPECTATION_FAILED" | "VALIDATION_FAILED" | "IDEMPOTENCY_MISMATCH" | "LOCKED" | "UPGRADE_REQUIRED" | "PRECONDITION_REQUIRED" | "RATE_LIMITED" | "HEADERS_TOO_LARGE" | "CHECKSUM_MISMATCH" | "INTERNAL" | "UPSTREAM_UNAVAILABLE" | "UPSTREAM_BAD_RESPONSE" | "CIRCUIT_OPEN" | "OVERLOADED" | "UPSTREAM_TIMEOUT" | "STORAGE_FULL";
            detail?: string;
            /** @description Validation errors, by field. */
            errors?: {
                field: string;
                message: string;
            }[];
            instance: string;
            /** @description The refused lines of an order. */
            lines?: {
                available: number | null;
                productId: string;
                requested: number;
            }[];
            /** @description The id of this request in the logs. */
            requestId: string;
            /** Format: int32 */
            status: number;
            title: string;
            type: string;
        };
        Product: {
            category: string;
            description: string;
            id: string;
            imageUrl: string | null;
            inStock: boolean;
            name: string;
            price: components["schemas"]["Money"];
            /** @description 0 to 5; null without ratings. */
            rating: number | null;
        };
        ProductImageBody: {
            uploadId: string;
        };
        ProductList: {
            /** @description The missing or stale parts: an unreadable `items.2` is left out. */
            degraded: components["schemas"]["Degraded"][];
            items: components["schemas"]["Product"][];
            /** Format: int32 */
            page: number;
            /** Format: int32 */
            pageSize: number;
            /**
             * Format: int32
             * @description The number of all matching products.
             */
            total: number;
            /** Format: int32 */
            totalPages: number;
        };
        ProductPage: {
            /** @description The parts of this page that are missing or stale. */
            degraded: components["schemas"]["Degraded"][];
            product: components["schemas"]["Product"];
            /** @description Related products; null if unavailable. */
            related: components["schemas"]["Product"][] | null;
            /** @description The newest reviews; null if unavailable. */
            reviews: components["schemas"]["Review"][] | null;
        };
        RefreshInput: {
            refreshToken: string;
        };
        RegisterInput: {
            /** Format: email */
            email: string;
            name: string;
            password: string;
        };
        ReportRequest: {
            year: number;
        };
        Review: {
            /** @description The display name of the author. */
            authorName: string;
            id: string;
            /**
             * Format: int32
             * @description 1 to 5.
             */
            rating: number;
            text: string;
            /** Format: date-time */
            writtenAt: string;
        };
        Session: {
            /** @description The IP address it was opened from. */
            address: string;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it expires unless it is used.
             */
            expiresAt: string;
            id: string;
            /** @description Whether the request was made with it. */
            isCurrent: boolean;
            kind: components["schemas"]["SessionKind"];
            /** Format: date-time */
            usedAt: string;
            /** @description The `User-Agent` of the client; may be empty. */
            userAgent: string;
        };
        /** @enum {string} */
        SessionKind: "APP" | "BROWSER";
        SessionList: {
            items: components["schemas"]["Session"][];
            /** @description `after` of the next page; null on the last. */
            nextCursor: string | null;
        };
        Tokens: {
            accessToken: string;
            /**
             * Format: int32
             * @description How long the access token lives, in seconds.
             */
            expiresIn: number;
            /** @description Can be exchanged once for the next pair. */
            refreshToken: string;
            /** @description `Bearer` (RFC 6750), or `DPoP` where they are bound to a key (RFC 9449). */
            tokenType: string;
        };
        UpdateProfileInput: {
            avatarUrl?: string | null;
            name?: string;
        };
        Upload: {
            /**
             * Format: date-time
             * @description When it is deleted, unless it was used.
             */
            expiresAt: string;
            id: string;
            /** @description Whether the file was received and inspected, and can be used. */
            isComplete: boolean;
            /** @description The size of the whole file in bytes, once it is known. */
            length: number | null;
            /** @description How many bytes were received. */
            offset: number;
            /** @description The media type: as found once it is complete, before as declared. */
            type: string | null;
        };
        User: {
            avatarUrl: string | null;
            email: string;
            id: string;
            name: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Attachment = components['schemas']['Attachment'];
export type AttachmentBody = components['schemas']['AttachmentBody'];
export type AttachmentList = components['schemas']['AttachmentList'];
export type Avatar = components['schemas']['Avatar'];
export type AvatarBody = components['schemas']['AvatarBody'];
export type BestSeller = components['schemas']['BestSeller'];
export type BestSellers = components['schemas']['BestSellers'];
export type BrowserLogout = components['schemas']['BrowserLogout'];
export type BrowserSession = components['schemas']['BrowserSession'];
export type ChangePasswordInput = components['schemas']['ChangePasswordInput'];
export type ChatBody = components['schemas']['ChatBody'];
export type Degraded = components['schemas']['Degraded'];
export type DegradedReason = components['schemas']['DegradedReason'];
export type ExportedOrder = components['schemas']['ExportedOrder'];
export type Home = components['schemas']['Home'];
export type Job = components['schemas']['Job'];
export type JobFailure = components['schemas']['JobFailure'];
export type JobProgress = components['schemas']['JobProgress'];
export type JobState = components['schemas']['JobState'];
export type LoginInput = components['schemas']['LoginInput'];
export type Money = components['schemas']['Money'];
export type Order = components['schemas']['Order'];
export type OrderExportBody = components['schemas']['OrderExportBody'];
export type OrderLine = components['schemas']['OrderLine'];
export type OrderList = components['schemas']['OrderList'];
export type OrderPage = components['schemas']['OrderPage'];
export type OrderStatus = components['schemas']['OrderStatus'];
export type PlaceOrderBody = components['schemas']['PlaceOrderBody'];
export type Problem = components['schemas']['Problem'];
export type Product = components['schemas']['Product'];
export type ProductImageBody = components['schemas']['ProductImageBody'];
export type ProductList = components['schemas']['ProductList'];
export type ProductPage = components['schemas']['ProductPage'];
export type RefreshInput = components['schemas']['RefreshInput'];
export type RegisterInput = components['schemas']['RegisterInput'];
export type ReportRequest = components['schemas']['ReportRequest'];
export type Review = components['schemas']['Review'];
export type Session = components['schemas']['Session'];
export type SessionKind = components['schemas']['SessionKind'];
export type SessionList = components['schemas']['SessionList'];
export type Tokens = components['schemas']['Tokens'];
export type UpdateProfileInput = components['schemas']['UpdateProfileInput'];
export type Upload = components['schemas']['Upload'];
export type User = components['schemas']['User'];
